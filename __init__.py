"""Assistant Editor: shots, captions and the first cut, written natively into Blender's Video Sequencer."""


def register() -> None:
    from . import cli, operators, panels, preferences
    from .timeline import tags

    preferences.register()
    tags.register()
    operators.register()
    panels.register()
    cli.register()


def unregister() -> None:
    from . import cli, operators, panels, preferences
    from .timeline import tags

    cli.unregister()
    panels.unregister()
    operators.unregister()
    tags.unregister()
    preferences.unregister()
