/**
 * To be imported before libsql: to find out which C library there is, its loader has Node make a diagnostic
 * report, and that lists the addresses of every link. With 2,000 links it took 58 ms of the start.
 */
Object.assign(process.report, { excludeNetwork: true })
