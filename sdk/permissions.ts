/**
 * What a plugin asks for beside claiming adapters, which needs no permission. These are requests: nothing of it is
 * granted before an operator says `claimd plugin trust`. What is granted is what a plugin can do through its context.
 */
export interface Permissions {
  /** Changing the links that it holds, and making links. */
  links?: LinkPermissions
  /** The programs that it may start. */
  exec?: ExecRule[]
  /** What it may call and hear on the system bus. */
  dbus?: DBusRule[]
  /**
   * The files that it may read: absolute globs, in which `*` stands for anything within one name and `**`, as
   * a name of its own, for any number of names. The host reads them as its own user.
   */
  read?: string[]
  /** Whether its process is in the host's network, instead of in an empty one. Default: `false`. */
  network?: boolean
}

/** What a plugin may do with links. */
export interface LinkPermissions {
  /** What it may change about adapters that it holds. Default: nothing. */
  change?: LinkChange[]
  /** Globs of the names of links that it may make, such as `wg-*`. */
  create?: string[]
}

/**
 * A kind of change to a link.
 *
 * - `address`: adding and removing addresses. The kernel sends what is for their networks through the link; an
 *   address whose network is wider than /8 (IPv4) or /32 (IPv6) also needs `any-route`.
 * - `route`: adding and removing routes within the networks of the link's addresses
 * - `any-route`: adding and removing routes to any destination, such as the default route; includes `route`
 * - `up`: setting it up and down
 * - `mtu`: setting its MTU
 */
export type LinkChange = 'address' | 'route' | 'any-route' | 'up' | 'mtu'

/**
 * A program, and the arguments that it may be started with. It runs as the plugin's user, with a clean
 * environment, without ways to gain rights, and with exactly the capabilities that stand here.
 */
export interface ExecRule {
  /** Its absolute path, or the setting in which the operator names it. */
  program: string | ConfiguredProgram
  /**
   * All of its arguments, in order. Each is a literal, a placeholder, or a literal that ends in a placeholder,
   * such as `--interface={adapter}`. Default: none.
   *
   * - `{adapter}`: the name of an adapter that the plugin holds
   * - `{connection}`: the name of a configured connection of its types
   * - `{address}`: an IP address, with or without a prefix length
   * - `{integer}`: a whole number in decimal digits, with or without `-` before it
   * - `{word}`: letters, digits and `.` `_` `:` `@` `+` `-`, at least one, not beginning with `-`
   * - `{data}`: a path within the plugin's own data folder
   */
  args?: string[]
  /** The capabilities that it runs with. Default: none. */
  capabilities?: Capability[]
  /** `false` starts it in an empty network instead of in the host's. Default: `true`. */
  network?: boolean
}

/** A program that the operator chooses. */
export interface ConfiguredProgram {
  /** The key in a configured connection's `config` whose value is the program's absolute path. */
  configured: string
}

/** The Linux capabilities that a program can be given, without `CAP_`; none of these is as good as being root. */
export type Capability = 'IPC_LOCK' | 'NET_ADMIN' | 'NET_BIND_SERVICE' | 'NET_RAW' | 'SYS_NICE' | 'SYS_TIME'

/** What a plugin may do with one service on the system bus. */
export interface DBusRule {
  /** The service's well-known bus name, such as `org.freedesktop.ModemManager1`. */
  name: string
  /**
   * A glob of object paths, in which `*` stands for anything within one element and `**`, as an element of its
   * own, for any number of them. Default: all objects of the service.
   */
  path?: string
  /** The methods that it may call, as `interface.Member`; the member may be a glob. Default: none. */
  call?: string[]
  /** The signals that it may hear, as `interface.Member`; the member may be a glob. Default: none. */
  signals?: string[]
}
