//! Links, addresses, routes, DHCP, resolvers and names of the node.

#![forbid(unsafe_code)]
