// The services' user of the database: what it may do and its password are those of now, whatever they were before.
const { MONGO_INITDB_ROOT_USERNAME: user, MONGO_INITDB_ROOT_PASSWORD: password } = process.env;
const { MONGO_PASSWORD: pwd, FAS_MONGO_DATABASE: database } = process.env;
const admin = db.getSiblingDB("admin");
admin.auth(user, password);
const wanted = { pwd, roles: [{ role: "readWrite", db: database }] };
if (admin.getUser("fas")) admin.updateUser("fas", wanted);
else admin.createUser({ user: "fas", ...wanted });
print(`The user fas reads and writes the database ${database}.`);
