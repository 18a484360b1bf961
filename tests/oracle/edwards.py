"""The curve edwards25519 by its textbook formulas (RFC 8032 section 5.1).

Slow, affine, not constant in time: it only ever sees public values.
"""

__all__ = ["ORDER", "P", "Point", "add", "decode", "encode", "is_sound", "multiply"]

Point = tuple[int, int]

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = (-121665 * pow(121666, P - 2, P)) % P
_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
_NEUTRAL: Point = (0, 1)


def add(a: Point, b: Point) -> Point:
    """Return the sum of two points."""
    (x1, y1), (x2, y2) = a, b
    cross = _D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + cross, P - 2, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - cross, P - 2, P)
    return x % P, y % P


def multiply(point: Point, times: int) -> Point:
    """Return the point added to itself that many times."""
    total = _NEUTRAL
    while times:
        if times & 1:
            total = add(total, point)
        point = add(point, point)
        times >>= 1
    return total


def encode(point: Point) -> bytes:
    """Return the 32 bytes of RFC 8032 section 5.1.2."""
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(data: bytes) -> Point | None:
    """Return the point of section 5.1.3, `None` where the RFC says it fails."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * _ROOT_OF_MINUS_ONE % P
    if x * x % P != square or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


def is_sound(data: bytes) -> bool:
    """Return whether the bytes are a point that eight steps do not bring to 0."""
    point = decode(data)
    return point is not None and multiply(point, 8) != _NEUTRAL
