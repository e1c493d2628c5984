import fastify from 'fastify';

// The floor of the bench `start`: a server that answers nothing.

const app = fastify();
await app.listen({ host: '127.0.0.1', port: 0 });
console.log('ready');
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
