// Makes the replica set of one at the first start; ends with 0 when it takes writes.
const password = require("fs").readFileSync("/run/secrets/server/root_password", "utf8");
db.getSiblingDB("admin").auth("root", password);
if (!db.hello().setName) rs.initiate({ _id: "fas", members: [{ _id: 0, host: "mongodb:27017" }] });
quit(db.hello().isWritablePrimary ? 0 : 1);
