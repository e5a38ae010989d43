/** The kernel's numbers, grouped as its headers group them (linux/netlink.h, rtnetlink.h, if_link.h, …). */

export const AF_UNSPEC = 0
export const AF_INET = 2
export const AF_INET6 = 10
export const AF_NETLINK = 16

export const SOCK_DGRAM = 2
export const SOCK_RAW = 3
export const SOCK_NONBLOCK = 0o4000
export const SOCK_CLOEXEC = 0o2000000

export const SOL_SOCKET = 1
export const SO_RCVBUF = 8
export const SO_RCVTIMEO = 20
export const SO_RCVBUFFORCE = 33
export const SO_NETNS_COOKIE = 71

export const NETLINK_ROUTE = 0
export const SOL_NETLINK = 270
export const NETLINK_CAP_ACK = 10
export const NETLINK_EXT_ACK = 11
export const NETLINK_GET_STRICT_CHK = 12

/** Multicast groups, as bits of the address that a socket is bound to. */
export const RTMGRP_LINK = 0x1
export const RTMGRP_IPV4_IFADDR = 0x10
export const RTMGRP_IPV6_IFADDR = 0x100

export const NLMSG_ERROR = 2
export const NLMSG_DONE = 3
export const RTM_NEWLINK = 16
export const RTM_DELLINK = 17
export const RTM_GETLINK = 18
export const RTM_NEWADDR = 20
export const RTM_DELADDR = 21
export const RTM_GETADDR = 22
export const RTM_NEWROUTE = 24
export const RTM_DELROUTE = 25
export const RTM_GETROUTE = 26
export const RTM_NEWNEIGH = 28
export const RTM_GETNEIGH = 30

export const NLM_F_REQUEST = 0x1
export const NLM_F_ACK = 0x4
export const NLM_F_DUMP_INTR = 0x10
export const NLM_F_DUMP = 0x300
/** In a request to make something: it must not be there; it is made. */
export const NLM_F_EXCL = 0x200
export const NLM_F_CREATE = 0x400
/** In an error: the request is not repeated whole, only its header. */
export const NLM_F_CAPPED = 0x100
/** In an error: attributes follow. */
export const NLM_F_ACK_TLVS = 0x200
export const NLMSGERR_ATTR_MSG = 1

export const IFLA_ADDRESS = 1
export const IFLA_IFNAME = 3
export const IFLA_MTU = 4
export const IFLA_LINK = 5
export const IFLA_MASTER = 10
export const IFLA_WIRELESS = 11
export const IFLA_LINKINFO = 18
export const IFLA_AF_SPEC = 26
export const IFLA_EXT_MASK = 29
export const IFLA_CARRIER = 33
export const IFLA_LINK_NETNSID = 37
export const IFLA_NEW_NETNSID = 45
export const IFLA_NEW_IFINDEX = 49
export const IFLA_PROP_LIST = 52
export const IFLA_ALT_IFNAME = 53
export const IFLA_PERM_ADDRESS = 54
export const IFLA_PARENT_DEV_NAME = 56
export const IFLA_PARENT_DEV_BUS_NAME = 57

export const IFLA_INET_CONF = 1
export const IPV4_DEVCONF_PROMOTE_SECONDARIES = 20

export const IFLA_INFO_KIND = 1
export const IFLA_INFO_DATA = 2
export const IFLA_INFO_SLAVE_KIND = 4
export const VETH_INFO_PEER = 1
export const IFLA_VLAN_ID = 1
export const IFLA_MACVLAN_MODE = 1
export const MACVLAN_MODE_BRIDGE = 4

/** For IFLA_EXT_MASK: a quarter of each answer is statistics, which nobody here reads. */
export const RTEXT_FILTER_SKIP_STATS = 8

export const IFF_UP = 0x1
export const IFF_LOOPBACK = 0x8

export const IFA_ADDRESS = 1
export const IFA_LOCAL = 2
export const IFA_BROADCAST = 4
export const IFA_FLAGS = 8
export const IFA_PROTO = 11
/** Who made an address: numbers above 3 are free for programs to take. */
export const IFAPROT_CLAIMD = 0xc1
export const IFAPROT_KERNEL_LL = 3

/** One bit with two meanings: secondary for IPv4, temporary for IPv6. */
export const IFA_F_SECONDARY = 0x01
export const IFA_F_TEMPORARY = 0x01
export const IFA_F_NODAD = 0x02
export const IFA_F_OPTIMISTIC = 0x04
export const IFA_F_DADFAILED = 0x08
export const IFA_F_TENTATIVE = 0x40
export const IFA_F_PERMANENT = 0x80
export const IFA_F_MANAGETEMPADDR = 0x100

export const SIOCGIFNAME = 0x8910
export const SIOCETHTOOL = 0x8946
export const ETHTOOL_GDRVINFO = 3

export const RTA_DST = 1
export const RTA_OIF = 4
export const RTA_GATEWAY = 5
export const RTA_PRIORITY = 6
export const RTA_MULTIPATH = 9
export const RTA_CACHEINFO = 12
export const RTA_TABLE = 15
export const RTNH_F_ONLINK = 0x4
export const RTM_F_CLONED = 0x200

export const RT_TABLE_MAIN = 254
export const RTPROT_REDIRECT = 1
export const RTPROT_KERNEL = 2
export const RTPROT_RA = 9
/** Who made a route: numbers above 4 are free for programs to take. */
export const RTPROT_UNSPEC = 0
export const RTPROT_CLAIMD = 193
export const RT_SCOPE_UNIVERSE = 0
export const RT_SCOPE_LINK = 253
/** In a removal: whatever its scope. */
export const RT_SCOPE_NOWHERE = 255
export const RTN_UNICAST = 1

export const NDA_DST = 1
export const NDA_IFINDEX = 8
export const NUD_PERMANENT = 0x80
