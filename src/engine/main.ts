/** The engine process: forked by the host, ends with it. */
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { serveEngine } from './rpc';
import { createEngineService } from './service';

process.on('disconnect', () => process.exit(0));

serveEngine(createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process)), {
  createHandlers: createEngineService,
  log: (text) => void process.stderr.write(`${text}\n`),
});
