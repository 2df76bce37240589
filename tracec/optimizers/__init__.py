"""Each optimizer is a folder of policies for the one loop; those that several share are in `policies`."""
