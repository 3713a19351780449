from django.db import migrations, models

from voicegather.migrating import AddIndexBesideTraffic, RemoveIndexBesideTraffic

RESULTS_AT_ONCE = 1000


def tell_states(apps, schema_editor):
    """What the newest review of each result says; where nothing was reviewed, nothing to do."""
    alias = schema_editor.connection.alias
    reviews = apps.get_model('voicegather', 'ResultReview').objects.using(alias)
    results = apps.get_model('voicegather', 'GatherResult').objects.using(alias)
    newest = dict(reviews.order_by('pk').values_list('result_id', 'decision'))
    for state in ('accepted', 'corrected', 'rejected'):
        ids = [pk for pk, decision in newest.items() if decision == state]
        for at in range(0, len(ids), RESULTS_AT_ONCE):
            results.filter(pk__in=ids[at : at + RESULTS_AT_ONCE]).update(review_state=state)


class Migration(migrations.Migration):

    # Indexes are made beside the traffic of a running site.
    atomic = False

    dependencies = [
        ('voicegather', '0011_reviews'),
    ]

    operations = [
        migrations.RunPython(tell_states, migrations.RunPython.noop),
        AddIndexBesideTraffic(
            model_name='call',
            index=models.Index(fields=['caller_e164'], name='voicegather_call_caller_like', opclasses=['varchar_pattern_ops']),
        ),
        AddIndexBesideTraffic(
            model_name='call',
            index=models.Index(fields=['caller'], name='voicegather_call_party_like', opclasses=['varchar_pattern_ops']),
        ),
        AddIndexBesideTraffic(
            model_name='gatherresult',
            index=models.Index(fields=['review_state', '-gathered_at', '-id'], name='voicegather_result_review'),
        ),
        AddIndexBesideTraffic(
            model_name='gatherresult',
            index=models.Index(fields=['value'], name='voicegather_result_like', opclasses=['varchar_pattern_ops']),
        ),
        RemoveIndexBesideTraffic(
            model_name='gatherresult',
            name='voicegather_result_value',
        ),
    ]
