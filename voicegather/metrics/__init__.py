"""Prometheus metrics, for sites that install ``voicegather[metrics]`` and turn them on."""
