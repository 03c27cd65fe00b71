"""Assistant Editor: shots, captions and the first cut, written natively into Blender's Video Sequencer."""


def register() -> None:
    from . import operators, panels, preferences

    preferences.register()
    operators.register()
    panels.register()


def unregister() -> None:
    from . import operators, panels, preferences

    panels.unregister()
    operators.unregister()
    preferences.unregister()
