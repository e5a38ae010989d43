import { attemptsAt } from './attempts-at.js'

attemptsAt({
  subject: 'network',
  servers: true,
  names: [
    'connects to a TCP port of the machine',
    'sends a UDP packet',
    'connects to an abstract socket',
    'connects to a socket file in /run, as the system bus has one',
    'connects to a socket file in /tmp',
    'connects to a socket file among the programs',
    'sees the network of the machine',
  ],
  own: {
    'talks to the socket of claimd itself': {
      attempt: ({ control }, { require }) =>
        new Promise((done, fail) => {
          require('node:net').connect(control).on('error', fail).on('connect', done)
        }),
      by: ['own-user', 'hidden-folders'],
    },
  },
})
