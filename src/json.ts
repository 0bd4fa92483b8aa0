/** Plain JSON: what may stand in an event, a payload, a policy request or on the wire. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }
