"""The personal report."""

from runform_live import places

places.scratch_for_plots()  # before any module of this room imports matplotlib
