import sys

# region: write
with open(sys.argv[1], "w") as file:
    file.write("dinner for 1")
    file.flush()  # out of Python's buffer: now others can see it
    print("has written a part")
    sys.stdin.readline()  # the demo says for how long to pause
    file.write("2")
# endregion: write
