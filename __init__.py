"""Assistant Editor: shots, captions and the first cut, written natively into Blender's Video Sequencer."""


def register() -> None:
    import gc

    collects = gc.isenabled()
    gc.disable()  # nothing here is garbage, and looking through all that Blender holds takes as long as everything else
    try:
        from . import command, operators, panels, preferences
        from .timeline import tags

        for part in (preferences, tags, operators, panels, command):
            part.register()
    finally:
        if collects:
            gc.enable()


def unregister() -> None:
    from . import command, operators, panels, preferences
    from .timeline import tags

    for part in (command, panels, operators, tags, preferences):
        part.unregister()
