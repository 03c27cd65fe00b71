"""Assistant Editor: shots, captions and the first cut, written natively into Blender's Video Sequencer."""


def register() -> None:
    from . import command, operators, panels, preferences
    from .timeline import tags

    preferences.register()
    tags.register()
    operators.register()
    panels.register()
    command.register()


def unregister() -> None:
    from . import command, operators, panels, preferences
    from .timeline import tags

    command.unregister()
    panels.unregister()
    operators.unregister()
    tags.unregister()
    preferences.unregister()
