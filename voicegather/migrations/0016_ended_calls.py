from django.db import migrations, models

from voicegather.migrating import AddIndexBesideTraffic


class Migration(migrations.Migration):

    # The index is made beside the traffic of a running site.
    atomic = False

    dependencies = [
        ('voicegather', '0015_incidents'),
    ]

    operations = [
        AddIndexBesideTraffic(
            model_name='call',
            index=models.Index(fields=['-ended_at'], name='voicegather_call_ended'),
        ),
    ]
