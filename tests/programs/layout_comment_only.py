# nothing but a comment


# and another, without a newline