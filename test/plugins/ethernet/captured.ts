/** What the clients wrote for leases that a DHCP server in a laboratory gave them, as it was. */

export const dhclientLeases = `lease {
  interface "a0";
  fixed-address 10.50.0.19;
  option subnet-mask 255.255.255.0;
  option routers 10.50.0.1;
  option dhcp-lease-time 3600;
  option dhcp-message-type 5;
  option dhcp-server-identifier 10.50.0.1;
  option dhcp-renewal-time 1800;
  option broadcast-address 10.50.0.255;
  option dhcp-rebinding-time 3150;
  option host-name "vm";
  renew 5 2026/11/20 10:57:23;
  rebind 5 2026/11/20 11:26:35;
  expire 5 2026/11/20 11:34:05;
}
`

/** After a renewal, with \`db-time-format local\`. */
export const dhclientEpochLeases = `lease {
  interface "a0";
  fixed-address 10.50.0.19;
  option subnet-mask 255.255.255.0;
  option routers 10.50.0.1;
  option dhcp-lease-time 120;
  option dhcp-message-type 5;
  option dhcp-server-identifier 10.50.0.1;
  option dhcp-renewal-time 60;
  option broadcast-address 10.50.0.255;
  option dhcp-rebinding-time 105;
  renew epoch 1795171962; # Fri Nov 20 10:52:42 2026
  rebind epoch 1795172013; # Fri Nov 20 10:53:33 2026
  expire epoch 1795172028; # Fri Nov 20 10:53:48 2026
}
lease {
  interface "a0";
  fixed-address 10.50.0.19;
  option subnet-mask 255.255.255.0;
  option routers 10.50.0.1;
  option dhcp-lease-time 120;
  option dhcp-message-type 5;
  option dhcp-server-identifier 10.50.0.1;
  option dhcp-renewal-time 54;
  option broadcast-address 10.50.0.255;
  option dhcp-rebinding-time 99;
  renew epoch 1795172012; # Fri Nov 20 10:53:32 2026
  rebind epoch 1795172061; # Fri Nov 20 10:54:21 2026
  expire epoch 1795172082; # Fri Nov 20 10:54:42 2026
}
`

/** systemd-networkd 252. */
export const networkdLease = `# This is private data. Do not parse.
ADDRESS=10.52.0.16
NETMASK=255.255.255.0
ROUTER=10.52.0.1
SERVER_ADDRESS=10.52.0.1
NEXT_SERVER=10.52.0.1
BROADCAST=10.52.0.255
T1=60
T2=105
LIFETIME=120
HOSTNAME=vm
CLIENTID=ff9e06edb500020000ab110033bdebf95e192c
`

/** NetworkManager 1.42, internal client. */
export const networkManagerDevice = `[device]
managed=true
perm-hw-addr-fake=82:B8:93:17:CF:7D
connection-uuid=6604b755-b04f-33a3-8a74-8eec86f491b6
nm-owned=false
route-metric-default-effective=100
next-server=10.53.0.1

[dhcp4]
dhcp4.broadcast_address=10.53.0.255
dhcp4.dhcp_client_identifier=01:82:b8:93:17:cf:7d
dhcp4.dhcp_lease_time=3600
dhcp4.dhcp_server_identifier=10.53.0.1
dhcp4.expiry=1795175112
dhcp4.host_name=vm
dhcp4.ip_address=10.53.0.15
dhcp4.next_server=10.53.0.1
dhcp4.routers=10.53.0.1
dhcp4.subnet_mask=255.255.255.0
`

/** What its internal client leaves behind says no more than this. */
export const networkManagerInternalLease = `# This is private data. Do not parse.
ADDRESS=10.53.0.15
`

/** dhcpcd 9.4: for 10.51.0.13, to 7a:ef:86:4f:86:ff. */
export const dhcpcdLease = Buffer.concat([
  Buffer.from('02010600b7fe6c8200030000000000000a33000d0a330001000000007aef864f86ff', 'hex'),
  Buffer.alloc(202),
  Buffer.from(
    '638253633501053604' +
      '0a330001330400000e103a04000007083b0400000c4e0104ffffff001c040a3300ff03040a330001ff',
    'hex',
  ),
  Buffer.alloc(19),
])
