#include <mosquitto.h>
#include <mqtt_protocol.h>
/* Not in Swift's Glibc module; wakes the network loop. */
#include <sys/eventfd.h>
