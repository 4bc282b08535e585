"""Serves one GGUF model on loopback until standard input ends.

Arguments: the folder of the runtime, the weights, the model's name, its context in tokens.
Prints the server's address as one line once the model is loaded.
"""

import os
import signal
import sys

runtime, weights, name, context = sys.argv[1:]
sys.path.insert(0, runtime)

import xllamacpp  # noqa: E402  (found only after the line above)

# Ctrl-C reaches the whole terminal; whoever started this decides when it ends.
signal.signal(signal.SIGINT, signal.SIG_IGN)

params = xllamacpp.CommonParams()
params.model.path = weights
params.model_alias = {name}
params.hostnames = ["127.0.0.1"]
params.port = 0  # any free one
params.n_ctx = int(context)
params.cache_ram_mib = 512
params.cpuparams.n_threads = os.cpu_count() or 2
params.ui = False
params.cors_origins = ""  # pages reach it through the relay only
params.verbosity = 0

server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
# The server's own shutdown waits for a reply in progress; nobody reads that any more.
os._exit(0)
