"""Form feeds, tabs, mixed indents, blank lines with blanks, no newline at the end."""

import sys

def tabs(a):
	if a:
		return "tabs"
	 
	else:

		pass
	return  (	a	)
def after_feed( x ,y = 1 ):
  if x :
        y += x;y-=1 ;
  elif y: return   -1
  return x+y

class  Odd ( object ) :
   x=1 ;
   def m ( self ) : return   self . x + self\
   . x
   
   class Deep :
          y = 2

def eight(a):
        if a:
        	return "spaces then tab"
        return 1

print( tabs ( 1 ) ,tabs(0),after_feed (2), after_feed(0),Odd ( ) . m ( ),Odd . Deep.y, eight(1) )
if 1 :
	print("tab")
	for i in range ( 2 ) : print ( i ,end = " " )
	else : print("e")
# a comment with a form feed  in it
x = [ 1 ,
 2 , # comment


   3 ]
print(x [ 0 ] , x[
1], sys . maxsize > 1)  # end without newline