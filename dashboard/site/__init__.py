"""A static web site of some models: live pages that run the networks, and pages that read without JavaScript.

python -m dashboard site --out DIR [RUN …]

Any web server or CDN can serve it, also from a subfolder: all addresses are relative. `folder` writes it, `build` says
which files there are, and each kind of page has a module. What changes with its content has a hash in its name, so that
browsers keep it.
"""
