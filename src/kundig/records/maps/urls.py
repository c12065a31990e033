"""The address of maps, below the name of an object."""

from django.urls import path

from kundig.records.maps.views import MapPage

urlpatterns = [path("map/", MapPage.as_view(), name="map")]
