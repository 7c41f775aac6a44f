from symadj.derivation.model import *
from symadj.terms.formula import format_term
def f(p):
    if isinstance(p,str): return p
    if isinstance(p,Equation): return f(p.left)+" = "+f(p.right)
    if isinstance(p,ForAll): return "cond"
    return format_term(p)
def t(x): return "".join(map(f,x))
def explain(d):
    out=[]
    for part in d.parts:
        out.append("## "+t(part.title))
        for b in part.blocks:
            if isinstance(b,Paragraph): out.append(t(b.text))
            elif isinstance(b,Definitions):
                for e,n in b.lines: out.append("   "+f(e)+"    ["+t(n)+"]")
            else:
                out.append((f"<{b.pairing[0]},{b.pairing[1]}> = " if b.pairing else "")+f(b.start))
                for s in b.steps: out.append("   = "+f(s.expression)+"    ["+t(s.rule)+"]")
    return "\n".join(out)
