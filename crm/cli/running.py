"""Commands that start the program: serve, worker, demo."""

import os
from typing import Annotated

import typer

from crm.cli.shared import fail, progress, settings

PANEL = "运行"
app = typer.Typer()


@app.command(rich_help_panel=PANEL)
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，默认 CRM_HOST")] = None,
    port: Annotated[int | None, typer.Option(help="端口，默认 CRM_PORT", min=0, max=65535)] = None,
    projections: Annotated[
        bool, typer.Option("--projections/--no-projections", help="是否由本进程更新统计表")
    ] = True,
) -> None:
    """启动服务；--no-projections 时统计表由 crm worker 更新。"""
    import uvicorn

    from crm.wiring import prepare

    if not projections:
        os.environ["CRM_PROJECTIONS"] = "false"
    found = settings()
    host, port = host or found.host, found.port if port is None else port
    _refuse_taken(host, port)
    try:
        prepare(found)  # here, where what is wrong can be said in one line
    except ValueError as error:
        fail(str(error))
    uvicorn.run(
        "api.app:create_app",  # by name: nothing here may import the web
        factory=True,
        host=host,
        port=port,
        timeout_graceful_shutdown=5,
        access_log=False,
        server_header=False,
        http="api.patience:PatientProtocol",
    )


@app.command(rich_help_panel=PANEL)
def worker() -> None:
    """在服务之外更新统计表；可运行多个，其中一个工作，其余待命。"""
    import signal

    from crm.wiring import build_worker

    try:
        running, close = build_worker(settings())
    except ValueError as error:  # an address of no database
        fail(str(error))
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, lambda *_: running.stop())
    running.run(progress("建立统计表"))
    close()


def _refuse_taken(host: str, port: int) -> None:
    """uvicorn would say so in English, and exit with a status of its own."""
    import socket

    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        why = error.strerror or error
        fail(f"无法监听 {host}:{port}：{why}；可用 CRM_PORT 或 --port 换一个端口")


@app.command(rich_help_panel=PANEL)
def demo() -> None:
    """在空库中放入示例数据，并打印访问地址、示例令牌和三条可直接粘贴的 curl。"""
    from crm.demo.welcome import welcome

    typer.echo(welcome(settings()))
