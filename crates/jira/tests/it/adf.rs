mod tmp {}
