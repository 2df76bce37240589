"""No blanks round keywords, and parentheses in every place where they may be left out or doubled."""
x=1
if(x):print("if")
while(x):x=0
for(i)in(1,2):print(i,end="")
else:print("else")
assert(not(x)),"no"
y=(1)if(not x)else(2)
z=[(a)for(a)in(range(3))if(a)if(not(a==2))]
def f(a=(1),*b,c=(2)):return(a)
def g():yield(1);yield(2),(3);yield;w=yield(4);return(w)
def h():return
def k():(yield)
def l():return(yield(1))
def m():x=yield;y=(yield);return((x,y))
print((f)(),(f)((5)),*(g()),h(),((f))(*(1,)),(lambda:(1))(),(lambda a:(a))(2),(not(1)),-(1),+(-(2)),~(3))
with(open(__file__))as(file):pass
with(open(__file__)as(file)):pass
try:raise(ValueError)
except(ValueError):print("caught")
except(KeyError,TypeError):pass
try:raise(ValueError("a"))from(KeyError())
except(ValueError)as e:print(repr(e.__cause__))
d={(1):(2),**({}),"k":(y)};s={(1),*(2,3)};t=(1,);u=1,;v=();(a,b)=(c)=1,2;[q,r]=1,2;((o))=1;(p),=[1]
del(o),(p)
d[(1)]=(3);d[(1),(2)]=4;d[1,]=5;d[()]=6
print(d,s,t,u,v,a,b,c,q,r,x is(None),1 in[1],1 if 1 else 2,"a"in("a"),not"a"in("b"),[1][0],{1:2}[1],(1).real,1 .real,1..real)
print((1<2)<3,1<(2<3),(1 and 2)or(3),1 and(2 or(3)),(x:=5),((n:=6)),[(w:=7)],f((z)),f(a=(x)),f(*(v),**({})))
print(f"{(x)}{(1,2)}{[1][0]}{ {1:2}[1] }{(lambda:1)()}{x!r:>{(5)}}{'a'if(x)else'b'}{x,}{(yy:=3)}{yy:=+4}")
async def aw():return(await(other()))
async def other():return(1)
try:aw().send(None)
except(StopIteration)as s:print(s.value)
match(x):
    case(5):print("five")
    case(1)|(2):pass
match(x,),[1]:
    case((5,),[(1)as o]):print(o)
@(lambda f:f)
@((staticmethod))
def deco():return"deco"
class K((object)):
    y=(1)
print(deco(),K.y,[*(1,2)],(*(1,),2),print("")or(None),"a""b"'c',("d"
"e"),(
),[
],((((((1)))))),(((((f)))))((((((3)))))))
return_=(lambda*a,**k:(a,k))(*"ab",**{"c":1});print(return_)
print([lambda:(yield)],[i for i in(lambda:[1,2])()],{**{1:2}},*[3]if x else[4],sep="|")if 0 else print([i for i in(lambda:[1,2])()],*[3]if x else[4],sep="|")
