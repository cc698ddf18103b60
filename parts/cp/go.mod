module minos.local/parts/cp

go 1.26.0
