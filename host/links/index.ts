export { NetlinkSource } from './netlink/netlink-source.js'
