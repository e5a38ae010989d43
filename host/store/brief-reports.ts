/**
 * Keeps network interfaces out of Node's diagnostic reports. libsql makes a report when it is loaded, to learn
 * which C library runs, and with 1,000 interfaces that would take 60 ms. So this is imported before it.
 */
Object.assign(process.report, { excludeNetwork: true })
