# The users of the object store, each with its policy (`fas access` wrote them), and the bucket; a repeat changes nothing.
# The image has hardly any programs but mc and a shell.
set -eu

user() { # user NAME PASSWORD
    mc admin policy create fas "fas-$1" "/access/$1.json"
    mc admin user add fas "$1" "$2"
    # A policy that is attached already can't be attached again.
    mc admin policy attach fas "fas-$1" --user "$1" || case "$(mc admin policy entities fas --user "$1")" in
        *"fas-$1"*) ;;
        *) exit 1 ;;
    esac
}

mc mb --ignore-existing "fas/$FAS_S3_BUCKET"
user services "$MINIO_PASSWORD"
user customs "$MINIO_PASSWORD_CUSTOMS"
