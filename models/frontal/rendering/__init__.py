"""How they are drawn: camera, light, room, the shader, a camera's faults, and training pictures with labels."""
