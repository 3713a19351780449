from django.db import migrations, models

from voicegather.migrating import AddIndexBesideTraffic


class Migration(migrations.Migration):

    # The index is made beside the traffic of a running site.
    atomic = False

    dependencies = [
        ('voicegather', '0018_analytics'),
    ]

    operations = [
        AddIndexBesideTraffic(
            model_name='call',
            index=models.Index(condition=models.Q(('uncounted_since__isnull', False)), fields=['uncounted_since'], name='voicegather_call_uncounted'),
        ),
    ]
