print(input())  # TODO: in capitals.
