from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('voicegather', '0010_exports'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='gatherresult',
            options={'ordering': ['-gathered_at', '-pk'], 'permissions': [('export_gatherresult', 'Can export gather results'), ('reveal_sensitive', 'Can reveal sensitive values'), ('review_gatherresult', 'Can review gather results')], 'verbose_name': 'gather result', 'verbose_name_plural': 'gather results'},
        ),
        migrations.AddField(
            model_name='gatherresult',
            name='review_state',
            field=models.CharField(choices=[('unreviewed', 'Unreviewed'), ('accepted', 'Accepted'), ('corrected', 'Corrected'), ('rejected', 'Rejected')], db_default='unreviewed', default='unreviewed', max_length=10, verbose_name='review'),
        ),
        migrations.AddField(
            model_name='resultreview',
            name='sealed',
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name='resultreview',
            name='decision',
            field=models.CharField(choices=[('accepted', 'Accepted'), ('corrected', 'Corrected'), ('rejected', 'Rejected'), ('reopened', 'Reopened')], max_length=10, verbose_name='decision'),
        ),
    ]
