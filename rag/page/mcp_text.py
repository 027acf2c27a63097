"""MCP results as JSON text: Gradio would send Python's own spelling of them.

Not here: the tools themselves, which are the API's functions (app.py).
"""

import json
from typing import Any

import gradio as gr
from mcp.types import TextContent


def answer_in_json(demo: gr.Blocks) -> None:
    """Have the launched Blocks' MCP tools answer with the same JSON as the API."""
    server = demo.mcp_server_obj
    if server is None:
        raise ValueError(f"the MCP tools did not start ({demo.mcp_error}); install gradio[mcp]")
    server.postprocess_output_data = _as_json_text  # type: ignore[method-assign, assignment]


def _as_json_text(data: Any, root_url: str) -> list[TextContent]:  # noqa: ARG001 - Gradio's signature
    return [TextContent(type="text", text=json.dumps(output, ensure_ascii=False)) for output in data]
