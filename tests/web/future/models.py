from django.db import models


class Idea(models.Model):
    id = models.AutoField(primary_key=True)
    title = models.TextField(default="")

    class Meta:
        app_label = "future"
