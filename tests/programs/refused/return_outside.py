"""The grammar takes it, the compiler does not."""
print("never printed")
return 1
