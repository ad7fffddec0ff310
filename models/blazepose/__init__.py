"""MediaPipe's BlazePose networks, converted to ONNX."""
