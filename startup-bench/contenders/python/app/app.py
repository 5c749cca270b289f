"""The hello app, as any FastAPI app is written, and its handler by mangum."""

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from mangum import Mangum


def noise() -> bytes:
    """100 KB that no encoder can shorten, the same as of the other contenders."""
    state = 0x9E3779B9
    image = bytearray()
    for _ in range(102_400):
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        image.append(state & 0xFF)
    return bytes(image)


IMAGE = noise()

app = FastAPI()


@app.get("/hello", response_class=PlainTextResponse)
async def hello() -> str:
    return "Hello, world!"


@app.get("/users/{id}")
async def user(id: int, x: str | None = None) -> dict[str, int | str | None]:
    return {"id": id, "x": x}


@app.get("/img")
async def image() -> Response:
    return Response(IMAGE, media_type="image/png")


@app.post("/echo")
async def echo(request: Request) -> Response:
    kind = request.headers.get("content-type", "application/octet-stream")
    return Response(await request.body(), media_type=kind)


@app.post("/size", response_class=PlainTextResponse)
async def size(request: Request) -> str:
    return str(len(await request.body()))


handler = Mangum(app, lifespan="off")
