"""The backend: finds out what is in a medium. Knows neither Blender nor the rest of the extension."""
