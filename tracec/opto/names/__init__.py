"""This folder is put on the path of processes in which `opto` stands for `tracec.opto`: they begin with its module."""
