import sys

try:
    with open(sys.argv[1]) as file:
        print(file.read())
except OSError as error:
    sys.exit(f"file-reader: open {sys.argv[1]}: {error.strerror}")
