import datetime
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('voicegather', '0014_recordings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AlertDelivery',
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
                ('channel', models.CharField(choices=[('email', 'E-mail'), ('webhook', 'Webhook')], max_length=10, verbose_name='by')),
                ('news', models.CharField(choices=[('opened', 'Opened'), ('closed', 'Closed'), ('digest', 'Several at once'), ('test', 'Test')], max_length=10, verbose_name='news')),
                ('target', models.CharField(blank=True, editable=False, max_length=64)),
                ('shown_target', models.CharField(blank=True, max_length=255, verbose_name='to')),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True, verbose_name='message id')),
                ('message', models.JSONField(default=dict, editable=False, verbose_name='message')),
                ('http_status', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='HTTP status')),
            ],
            options={
                'verbose_name': 'alert delivery',
                'verbose_name_plural': 'alert deliveries',
                'ordering': ['-created_at', '-pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AlertMute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('menu_fails', 'Calls to a menu fail'), ('events_dead', 'Events are dead'), ('commands_fail', 'Commands fail'), ('queue_lags', 'Work waits too long'), ('queue_unserved', 'Nobody takes from a queue'), ('key_refused', 'Telnyx refuses an API key'), ('number_silent', 'No calls on a busy number'), ('jobs_fail', 'Background jobs fail'), ('signatures_bad', 'Webhooks with bad signatures'), ('delivery_fails', 'Alerts cannot be sent')], max_length=20, verbose_name='kind')),
                ('subject', models.CharField(blank=True, help_text='Empty: every one of the kind.', max_length=100, verbose_name='subject')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='about')),
                ('until', models.DateTimeField(verbose_name='until')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
            ],
            options={
                'verbose_name': 'muted alert',
                'verbose_name_plural': 'muted alerts',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='EventRequeue',
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
                ('last_event', models.BigIntegerField(editable=False)),
                ('at_event', models.BigIntegerField(default=0, editable=False)),
            ],
            options={
                'verbose_name': 'requeueing of events',
                'verbose_name_plural': 'requeueings of events',
                'ordering': ['-created_at', '-pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Incident',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('menu_fails', 'Calls to a menu fail'), ('events_dead', 'Events are dead'), ('commands_fail', 'Commands fail'), ('queue_lags', 'Work waits too long'), ('queue_unserved', 'Nobody takes from a queue'), ('key_refused', 'Telnyx refuses an API key'), ('number_silent', 'No calls on a busy number'), ('jobs_fail', 'Background jobs fail'), ('signatures_bad', 'Webhooks with bad signatures'), ('delivery_fails', 'Alerts cannot be sent')], max_length=20, verbose_name='kind')),
                ('subject', models.CharField(blank=True, max_length=100, verbose_name='subject')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='about')),
                ('details', models.JSONField(blank=True, default=dict, verbose_name='details')),
                ('opened_at', models.DateTimeField(verbose_name='opened')),
                ('last_seen_at', models.DateTimeField(verbose_name='last seen')),
                ('count', models.PositiveIntegerField(default=1, verbose_name='times seen')),
                ('clear_since', models.DateTimeField(blank=True, null=True, verbose_name='not seen since')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='acknowledged')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('opened_told_at', models.DateTimeField(blank=True, null=True, verbose_name='told of')),
                ('closed_told_at', models.DateTimeField(blank=True, null=True, verbose_name='end told of')),
            ],
            options={
                'verbose_name': 'incident',
                'verbose_name_plural': 'incidents',
                'ordering': ['-opened_at', '-pk'],
                'permissions': [('acknowledge_incident', 'Can acknowledge incidents and mute alerts')],
            },
        ),
        migrations.CreateModel(
            name='JobFailure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=60, verbose_name='kind')),
                ('job', models.BigIntegerField(verbose_name='job')),
                ('failure', models.TextField(blank=True, verbose_name='what went wrong')),
                ('at', models.DateTimeField(verbose_name='failed')),
            ],
            options={
                'verbose_name': 'failure of a job',
                'verbose_name_plural': 'failures of jobs',
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('label', models.CharField(blank=True, max_length=160)),
                ('bucket', models.DateTimeField(default=datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('value', models.BigIntegerField(default=0)),
            ],
            options={
                'verbose_name': 'tally',
                'verbose_name_plural': 'tallies',
            },
        ),
        migrations.AlterModelOptions(
            name='callevent',
            options={'ordering': ['-received_at', '-pk'], 'permissions': [('requeue_callevent', 'Can requeue dead events')], 'verbose_name': 'call event', 'verbose_name_plural': 'call events'},
        ),
        migrations.AddField(
            model_name='alertdelivery',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='alertmute',
            name='created_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='muted by'),
        ),
        migrations.AddField(
            model_name='eventrequeue',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='incident',
            name='acknowledged_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='acknowledged by'),
        ),
        migrations.AddField(
            model_name='incident',
            name='menu',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='voicegather.menu', verbose_name='menu'),
        ),
        migrations.AddField(
            model_name='incident',
            name='number',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='voicegather.phonenumber', verbose_name='number'),
        ),
        migrations.AddField(
            model_name='incident',
            name='team',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='auth.group', verbose_name='team'),
        ),
        migrations.AddField(
            model_name='alertmute',
            name='incident',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mutes', to='voicegather.incident', verbose_name='incident'),
        ),
        migrations.AddField(
            model_name='alertdelivery',
            name='incidents',
            field=models.ManyToManyField(blank=True, related_name='deliveries', to='voicegather.incident', verbose_name='incidents'),
        ),
        migrations.AddIndex(
            model_name='jobfailure',
            index=models.Index(fields=['-at', '-id'], name='voicegather_jobfailure_recent'),
        ),
        migrations.AddConstraint(
            model_name='tally',
            constraint=models.UniqueConstraint(fields=('name', 'label', 'bucket'), name='voicegather_tally_once'),
        ),
        migrations.AddIndex(
            model_name='eventrequeue',
            index=models.Index(models.F('not_before'), condition=models.Q(('state__in', ['waiting', 'running'])), name='voicegather_eventrequeue_open'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(fields=['-opened_at', '-id'], name='voicegather_incident_recent'),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('closed_at__isnull', False), ('closed_told_at__isnull', True), ('opened_told_at__isnull', False)), fields=['closed_at'], name='voicegather_incident_untold'),
        ),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('kind', 'subject'), name='voicegather_incident_open'),
        ),
        migrations.AddIndex(
            model_name='alertmute',
            index=models.Index(fields=['until'], name='voicegather_mute_until'),
        ),
        migrations.AddIndex(
            model_name='alertdelivery',
            index=models.Index(models.F('not_before'), condition=models.Q(('state__in', ['waiting', 'running'])), name='voicegather_alertdelivery_open'),
        ),
        migrations.AddIndex(
            model_name='alertdelivery',
            index=models.Index(condition=models.Q(('state', 'failed')), fields=['finished_at'], name='voicegather_delivery_failed'),
        ),
    ]
