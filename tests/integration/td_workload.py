"""A workload in an emulated TD that extends an RTMR again and again. By hand,
on what tee_emulator has mounted:

  td_workload.py MOUNT [--rtmr N] [--extends N] [--manner MANNER]
"""

import argparse
import hashlib
import os
import random
import threading
import time

# Seconds between what belongs together; now and then a workload is preempted.
SHORT, LONG, RARELY = 0.001, 0.05, 0.1
# And between one event and the next.
PAUSE = 0.02

# What of an event comes when.
MANNERS = {
    "at-once": ("both",),
    # As by who asks the kernel, and then writes down that it was done.
    "register-first": ("register", "log"),
    # As by who must not lose an event in a crash.
    "log-first": ("log", "register"),
    # As by who knows of no log.
    "unlogged": ("register",),
}


class Workload(threading.Thread):
    """Goes on until it is stopped, and pauses at as many events as `room()`
    gives."""

    def __init__(self, mount, rtmr, manner, room):
        super().__init__(daemon=True)
        self.register = os.path.join(mount, "measurements",
                                     "rtmr%d:sha384" % rtmr)
        self.control = os.path.join(mount, "control")
        self.rtmr, self.steps, self.room = rtmr, MANNERS[manner], room
        self.ended = threading.Event()
        self.done = 0
        self.error = None
        # The same each time.
        self.random = random.Random(rtmr)

    def run(self):
        try:
            while not self.ended.wait(PAUSE):
                if self.done < self.room():
                    self.measure("event %d of RTMR%d" % (self.done, self.rtmr))
                    self.done += 1
        except BaseException as error:
            self.error = error

    def measure(self, text):
        for number, step in enumerate(self.steps):
            if number > 0:
                time.sleep(LONG if self.random.random() < RARELY else SHORT)
            if step == "register":
                digest = hashlib.sha384(text.encode()).digest()
                self.write(self.register, digest)
            else:
                command = "measure" if step == "both" else "log"
                self.write(self.control, b"%s=%d:%s" % (
                    command.encode(), self.rtmr, text.encode()))

    @staticmethod
    def write(path, data):
        with open(path, "wb", buffering=0) as file:
            file.write(data)

    def stop(self):
        self.ended.set()
        self.join()
        if self.error is not None:
            raise self.error


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("mount")
    parser.add_argument("--rtmr", type=int, choices=range(4), default=3)
    parser.add_argument("--extends", type=int, default=1000)
    parser.add_argument("--manner", choices=sorted(MANNERS),
                        default="at-once")
    arguments = parser.parse_args()
    workload = Workload(arguments.mount, arguments.rtmr, arguments.manner,
                        lambda: arguments.extends)
    workload.start()
    while workload.is_alive() and workload.done < arguments.extends:
        time.sleep(PAUSE)
    workload.stop()
    print("RTMR%d extended %d times" % (workload.rtmr, workload.done))


if __name__ == "__main__":
    main()
