"""``python -m symadj`` is the command line."""

from symadj.commands import main

if __name__ == "__main__":
    main()
