"""Float loops: bodies that attract each other, the Mandelbrot set, a power iteration, an integral by Simpson's rule."""

import math
import sys

BODIES = [
    # x, y, z, vx, vy, vz, mass
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 40.0],
    [4.8, -1.2, -0.1, 0.6, 2.8, -0.02, 0.04],
    [8.3, 4.1, -0.4, -1.0, 1.8, 0.008, 0.01],
    [12.9, -15.1, -0.2, 1.1, 0.9, -0.01, 0.002],
    [15.4, -25.9, 0.2, 1.0, 0.6, -0.03, 0.002],
]


def advance(bodies, dt):
    for i, first in enumerate(bodies):
        for second in bodies[i + 1 :]:
            dx, dy, dz = first[0] - second[0], first[1] - second[1], first[2] - second[2]
            square = dx * dx + dy * dy + dz * dz
            pull = dt / (square * math.sqrt(square))
            a, b = first[6] * pull, second[6] * pull
            first[3] -= dx * b
            first[4] -= dy * b
            first[5] -= dz * b
            second[3] += dx * a
            second[4] += dy * a
            second[5] += dz * a
    for body in bodies:
        body[0] += dt * body[3]
        body[1] += dt * body[4]
        body[2] += dt * body[5]


def energy(bodies):
    total = 0.0
    for i, (x, y, z, vx, vy, vz, mass) in enumerate(bodies):
        total += 0.5 * mass * (vx * vx + vy * vy + vz * vz)
        for other in bodies[i + 1 :]:
            dx, dy, dz = x - other[0], y - other[1], z - other[2]
            total -= mass * other[6] / math.sqrt(dx * dx + dy * dy + dz * dz)
    return total


def orbit(steps):
    bodies = [list(body) for body in BODIES]
    for _ in range(steps):
        advance(bodies, 0.005)
    return energy(bodies)


def escape(re, im, limit):
    x = y = 0.0
    for turn in range(limit):
        xx, yy = x * x, y * y
        if xx + yy > 4.0:
            return turn
        x, y = xx - yy + re, 2.0 * x * y + im
    return limit


def mandelbrot(width, height, limit):
    inside = 0
    for row in range(height):
        im = 2.4 * row / height - 1.2
        for column in range(width):
            inside += escape(3.0 * column / width - 2.2, im, limit)
    return inside


def matrix(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    size = len(vector)
    result = []
    for i in range(size):
        total = 0.0
        for j in range(size):
            total += matrix(i, j) * vector[j]
        result.append(total)
    return result


def power(size, turns):
    vector = [1.0] * size
    for _ in range(turns):
        vector = times(vector)
        length = math.sqrt(sum(x * x for x in vector))
        vector = [x / length for x in vector]
    return sum(vector)


def simpson(low, high, parts):
    step = (high - low) / parts
    total = math.exp(-low * low) + math.exp(-high * high)
    for i in range(1, parts):
        x = low + i * step
        total += (4.0 if i % 2 else 2.0) * math.exp(-x * x)
    return total * step / 3.0


def main(scale):
    checksum = 0.0
    for turn in range(max(1, round(20 * scale))):
        checksum += orbit(1400) + mandelbrot(60, 42, 60) + power(50, 10) + simpson(-3.0, 3.0, 40_000) + turn
    return round(checksum, 6)


if __name__ == "__main__":
    print(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
