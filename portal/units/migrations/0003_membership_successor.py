from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('units', '0002_accounts_requests'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='successor',
            field=models.ForeignKey(blank=True, null=True, on_delete=models.deletion.SET_NULL, related_name='+', to='units.person', verbose_name='who takes over'),
        ),
    ]
