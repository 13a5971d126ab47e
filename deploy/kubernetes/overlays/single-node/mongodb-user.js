// Run once, when the database is empty: the services' user.
const password = require("fs").readFileSync("/run/secrets/server/fas_password", "utf8");
db.getSiblingDB("fas").createUser({ user: "fas", pwd: password, roles: ["readWrite"] });
