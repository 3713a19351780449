# The site in project/. docker-compose.yml runs it as web server, workers and clock.

FROM python:3.11-slim AS build
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements.txt /tmp/
RUN pip install --no-cache-dir --requirement /tmp/requirements.txt \
    && pip uninstall --yes setuptools pip
WORKDIR /app
COPY manage.py .env.example ./
COPY templates templates
COPY voicegather voicegather
COPY project project
# The example's values do for collecting files; they go no further than this stage.
RUN set -a && . ./.env.example && python manage.py collectstatic --no-input \
    && rm .env.example && python -m compileall -q .

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home voicegather \
    && install --directory --owner voicegather --group voicegather /app/media
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    WEB_ADDRESS=0.0.0.0 \
    DJANGO_SETTINGS_MODULE=project.settings.production
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app .
USER voicegather
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-I", "project/probe.py"]
CMD ["gunicorn", "--config", "python:project.gunicorn", "project.wsgi:application"]
