import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('voicegather', '0017_retention'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CountedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True, verbose_name='day')),
                ('counted_at', models.DateTimeField(blank=True, null=True, verbose_name='counted')),
            ],
            options={
                'verbose_name': 'counted day',
                'verbose_name_plural': 'counted days',
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='HourCounts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(unique=True, verbose_name='begins')),
                ('counted_calls', models.BinaryField(default=bytes)),
                ('document', models.JSONField(default=dict, editable=False)),
                ('counted_at', models.DateTimeField(blank=True, null=True, verbose_name='counted')),
            ],
            options={
                'verbose_name': 'counts of an hour',
                'verbose_name_plural': 'counts of hours',
                'ordering': ['starts_at'],
            },
        ),
        migrations.CreateModel(
            name='MenuDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('calls', models.PositiveIntegerField(default=0, verbose_name='calls')),
                ('entered', models.PositiveIntegerField(default=0, verbose_name='entered')),
                ('judged', models.PositiveIntegerField(default=0, verbose_name='judged')),
                ('contained', models.PositiveIntegerField(default=0, verbose_name='contained')),
                ('transferred', models.PositiveIntegerField(default=0, verbose_name='transferred')),
                ('dropped', models.PositiveIntegerField(default=0, verbose_name='dropped')),
            ],
            options={
                'verbose_name': 'calls of a day',
                'verbose_name_plural': 'calls of days',
                'ordering': ['day', 'menu', 'version'],
            },
        ),
        migrations.CreateModel(
            name='Rollup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=10, verbose_name='state')),
                ('done', models.PositiveBigIntegerField(default=0, verbose_name='done')),
                ('total', models.PositiveBigIntegerField(default=0, help_text='0: not known yet.', verbose_name='of')),
                ('failure', models.TextField(blank=True, verbose_name='what went wrong')),
                ('tries', models.PositiveIntegerField(default=0, verbose_name='tries')),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now, verbose_name='not before')),
                ('cancel_asked_at', models.DateTimeField(blank=True, null=True, verbose_name='asked to stop')),
                ('lease_owner', models.CharField(blank=True, editable=False, max_length=60)),
                ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked for')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('name', models.CharField(default='rollup', editable=False, max_length=20, unique=True)),
                ('next_hour', models.DateTimeField(blank=True, editable=False, null=True)),
                ('last_hour', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'verbose_name': 'counting of calls',
                'verbose_name_plural': 'counting of calls',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StepDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('step_key', models.CharField(max_length=50, verbose_name='step')),
                ('visits', models.PositiveIntegerField(default=0, verbose_name='visits')),
                ('calls', models.PositiveIntegerField(default=0, verbose_name='calls')),
                ('ended', models.PositiveIntegerField(default=0, verbose_name='calls that ended here')),
                ('dropped', models.PositiveIntegerField(default=0, verbose_name='dropped')),
                ('valid', models.PositiveIntegerField(default=0, verbose_name='valid entries')),
                ('invalid', models.PositiveIntegerField(default=0, verbose_name='wrong entries')),
                ('no_input', models.PositiveIntegerField(default=0, verbose_name='silences')),
                ('other', models.PositiveIntegerField(default=0, verbose_name='other attempts')),
                ('durations', models.JSONField(default=dict, editable=False)),
                ('ways', models.JSONField(default=list, editable=False)),
                ('chosen', models.JSONField(default=dict, editable=False)),
            ],
            options={
                'verbose_name': 'step of a day',
                'verbose_name_plural': 'steps of days',
                'ordering': ['day', 'menu', 'version', 'step_key'],
            },
        ),
        migrations.AlterModelOptions(
            name='menu',
            options={'ordering': ['name', 'pk'], 'permissions': [('publish_menu', 'Can publish menus'), ('view_analytics', 'Can view analytics of menus'), ('waive_approval', 'Can let menus be published without a second person')], 'verbose_name': 'menu', 'verbose_name_plural': 'menus'},
        ),
        migrations.AddField(
            model_name='call',
            name='uncounted_since',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='step',
            name='is_success',
            field=models.BooleanField(db_default=False, default=False, help_text='A caller who comes here got what they called for: the order is confirmed, the balance was told. Analytics count such calls as contained. Callers hear no difference.', verbose_name='success'),
        ),
        migrations.AddField(
            model_name='menuday',
            name='menu',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='voicegather.menu', verbose_name='menu'),
        ),
        migrations.AddField(
            model_name='rollup',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='stepday',
            name='menu',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='voicegather.menu', verbose_name='menu'),
        ),
        migrations.AddIndex(
            model_name='menuday',
            index=models.Index(fields=['day'], name='voicegather_menu_day_day'),
        ),
        migrations.AddConstraint(
            model_name='menuday',
            constraint=models.UniqueConstraint(fields=('menu', 'day', 'version'), name='voicegather_menu_day'),
        ),
        migrations.AddIndex(
            model_name='rollup',
            index=models.Index(models.F('not_before'), condition=models.Q(('state__in', ['waiting', 'running'])), name='voicegather_rollup_open'),
        ),
        migrations.AddConstraint(
            model_name='stepday',
            constraint=models.UniqueConstraint(fields=('menu', 'day', 'version', 'step_key'), name='voicegather_step_day'),
        ),
    ]
